import type { ProjectInfo } from '@moalog/contract';
import { describe, expect, test } from 'vitest';
import { faultsOf, keyRequest, NEW_KEY, stateOf } from './key-draft.ts';
import { changeRequest, createRequest, draftOf, NEW_PROJECT } from './project-draft.ts';

const PROJECT: ProjectInfo = {
  slug: 'shop',
  name: 'Shop',
  colour: '#4c6ef5',
  state: 'active',
  environments: ['production'],
  limits: { eventsPerSecond: null, bytesPerDay: 2.5e12, retentionDays: 14 },
  usage: { events: 0, bytes: 0, refusedEvents: 0 },
  createdAt: '2026-01-01T00:00:00.000Z',
};

describe('a project in the form', () => {
  test('shows bytes in the largest unit and gives them back whole', () => {
    const draft = draftOf(PROJECT);
    expect([draft.bytesPerDay, draft.byteUnit]).toEqual(['2.5', 'TB']);
    expect(changeRequest(draft, PROJECT)).toEqual({});
  });
  test('sends what was changed and nothing else', () => {
    const draft = { ...draftOf(PROJECT), name: ' Shop 2 ', retentionDays: '' };
    expect(changeRequest(draft, PROJECT)).toEqual({
      name: 'Shop 2',
      limits: { eventsPerSecond: null, bytesPerDay: 2.5e12, retentionDays: null },
    });
  });
  test('leaves slug and colour to the server unless they are chosen', () => {
    expect(createRequest({ ...NEW_PROJECT, name: 'A', eventsPerSecond: '500', bytesPerDay: '0.5' })).toEqual({
      name: 'A',
      environments: [],
      limits: { eventsPerSecond: 500, bytesPerDay: 5e8, retentionDays: null },
    });
  });
});

describe('a key in the form', () => {
  test('is for the whole installation and for ever unless bound', () => {
    expect(keyRequest({ ...NEW_KEY, name: 'a' })).toEqual({ name: 'a', scopes: ['ingest'] });
    expect(keyRequest({ ...NEW_KEY, name: 'a', expiryDays: '30' }, Date.parse('2026-11-01T00:00:00Z')).expiresAt).toBe(
      '2026-12-01T00:00:00.000Z',
    );
  });
  test('that is public may only send, to projects that are named', () => {
    const open = { ...NEW_KEY, origins: ['https://shop.example'] };
    expect(faultsOf({ ...open, scopes: ['ingest', 'read'] })).toEqual({
      scopes: 'apiKeys.fault.public',
      projects: 'apiKeys.fault.project',
    });
    expect(faultsOf({ ...open, projects: ['shop'] })).toEqual({});
    expect(faultsOf({ ...NEW_KEY, scopes: [] })).toEqual({ scopes: 'apiKeys.fault.scopes' });
  });
  test('works, is replaced, ends soon or is over', () => {
    const now = Date.parse('2026-11-21T00:00:00Z');
    expect(stateOf({ expiresAt: null, replacedBy: null }, now)).toBe('works');
    expect(stateOf({ expiresAt: '2026-11-22T00:00:00Z', replacedBy: 'key_2' }, now)).toBe('replaced');
    expect(stateOf({ expiresAt: '2026-11-22T00:00:00Z', replacedBy: null }, now)).toBe('ending');
    expect(stateOf({ expiresAt: '2026-11-20T00:00:00Z', replacedBy: 'key_2' }, now)).toBe('over');
  });
});
