import type { CSSProperties } from 'react';

// In the page's own light or dark, and with nothing that the page's style sheets are likely to know.
export const cornerStyle: CSSProperties = {
  position: 'fixed',
  insetBlockEnd: 12,
  insetInlineEnd: 12,
  zIndex: 2_147_483_647,
  display: 'grid',
  justifyItems: 'end',
  gap: 8,
  maxInlineSize: 'calc(100vw - 24px)',
  font: '13px/1.4 system-ui, sans-serif',
  color: 'CanvasText',
};

export const buttonStyle: CSSProperties = {
  font: 'inherit',
  color: 'ButtonText',
  background: 'ButtonFace',
  border: '1px solid ButtonBorder',
  borderRadius: 6,
  padding: '4px 10px',
  minBlockSize: 24,
};

export const panelStyle: CSSProperties = {
  boxSizing: 'border-box',
  maxInlineSize: '100%',
  maxBlockSize: '70vh',
  overflow: 'auto',
  padding: 12,
  background: 'Canvas',
  border: '1px solid GrayText',
  borderRadius: 8,
  boxShadow: '0 4px 24px #0004',
};

export const barStyle: CSSProperties = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: 12,
};

export const tableStyle: CSSProperties = { borderCollapse: 'collapse', marginBlockStart: 8 };

export const cellStyle: CSSProperties = {
  textAlign: 'start',
  verticalAlign: 'top',
  padding: '4px 12px 4px 0',
  fontWeight: 'normal',
};

export const valueStyle: CSSProperties = { ...cellStyle, minInlineSize: '9em', overflowWrap: 'anywhere' };

export const headStyle: CSSProperties = { ...cellStyle, fontWeight: 600 };
