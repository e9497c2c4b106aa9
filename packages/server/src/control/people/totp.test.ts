import { expect, test } from 'vitest';
import { base32, codeAt, newSecret, stepOf, totpUrl } from './totp.ts';

/** RFC 6238, appendix B; its codes have eight digits. */
const SECRET = base32(Buffer.from('12345678901234567890'));

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is %s', (seconds, code) => {
  expect(codeAt(SECRET, Math.floor(seconds / 30))).toBe(code);
  expect(stepOf(SECRET, code, seconds * 1_000, 0)).toBe(Math.floor(seconds / 30));
});

test('a code is good half a minute before and after, and once', () => {
  const now = 1_700_000_010_000;
  const step = Math.floor(now / 30_000);
  const good = [-1, 0, 1].map((by) => codeAt(SECRET, step + by));
  expect(good.map((code) => stepOf(SECRET, code, now, 0))).toEqual([step - 1, step, step + 1]);
  expect(stepOf(SECRET, codeAt(SECRET, step - 2), now, 0)).toBeNull();
  expect(stepOf(SECRET, codeAt(SECRET, step + 2), now, 0)).toBeNull();
  expect(stepOf(SECRET, codeAt(SECRET, step), now, step)).toBeNull();
  for (const wrong of ['', '12345', '1234567', 'abcdef', '１２３４５６'])
    expect(stepOf(SECRET, wrong, now, 0)).toBeNull();
});

test('a secret has 160 bits, and apps read its address', () => {
  expect(newSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(totpUrl('ABC', 'kim+a@shop.example')).toBe(
    'otpauth://totp/Moalog%3Akim%2Ba%40shop.example?secret=ABC&issuer=Moalog',
  );
});
