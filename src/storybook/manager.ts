import { createElement as h } from 'react';
import { addons, types } from 'storybook/manager-api';
import { MaintenancePanel } from './MaintenancePanel.js';

addons.register('react-maintenance-mode', () => {
  addons.add('react-maintenance-mode/panel', {
    type: types.PANEL,
    title: 'Maintenance',
    paramKey: 'maintenance',
    render: ({ active }) => (active ? h(MaintenancePanel) : null),
  });
});
