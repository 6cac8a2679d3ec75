import { describe, expect, it } from 'vitest';
import { isShortcut } from '#renderer/commands/keys.ts';

const press = (key: string, ...modifiers: ('ctrl' | 'meta' | 'shift' | 'alt')[]) => ({
  key,
  ctrlKey: modifiers.includes('ctrl'),
  metaKey: modifiers.includes('meta'),
  shiftKey: modifiers.includes('shift'),
  altKey: modifiers.includes('alt'),
});

describe('shortcuts', () => {
  it.each([
    ['ctrl+z', press('z', 'ctrl'), true],
    ['ctrl+z', press('Z', 'ctrl'), true],
    ['ctrl+z', press('z', 'meta'), true],
    ['ctrl+z', press('z'), false],
    ['ctrl+z', press('Z', 'ctrl', 'shift'), false],
    ['ctrl+z', press('z', 'ctrl', 'alt'), false],
    ['ctrl+shift+z, ctrl+y', press('Z', 'ctrl', 'shift'), true],
    ['ctrl+shift+z, ctrl+y', press('y', 'ctrl'), true],
    ['ctrl+shift+z, ctrl+y', press('z', 'ctrl'), false],
    ['f5', press('F5'), true],
    ['f5', press('F5', 'ctrl'), false],
  ])('%s pressed as %j: %s', (shortcut, event, expected) => {
    expect(isShortcut(shortcut, event)).toBe(expected);
  });
});
