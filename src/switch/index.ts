export { SwitchError } from './FlagSwitch.js';
export type {
  AuditEntry,
  CreateSwitch,
  FlagChange,
  FlagSwitch,
  SwitchCapabilities,
  SwitchContext,
  SwitchFailure,
  SwitchState,
} from './FlagSwitch.js';
