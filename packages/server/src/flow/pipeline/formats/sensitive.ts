export const SENSITIVE_KINDS = ['email', 'phone', 'resident_number', 'card', 'jwt', 'bearer', 'aws_key', 'ip'] as const;
export type SensitiveKind = (typeof SENSITIVE_KINDS)[number];

/** What personal data and secrets look like, and an SQL check of what was found where looks are not enough. */
interface Sensitive {
  readonly pattern: string;
  readonly valid?: (found: string) => string;
}

const digitsOf = (found: string): string => `arrayMap(d -> toUInt8(d), extractAll(${found}, '[0-9]'))`;

/** Every second digit from the right doubled, nine taken off above nine: the sum ends in 0. */
const luhn = (found: string): string =>
  `arraySum((d, i) -> if(i % 2 = 1, d, if(d > 4, 2 * d - 9, 2 * d)), arrayReverse(${digitsOf(found)}), arrayEnumerate(${digitsOf(found)})) % 10 = 0`;

/** With a dash it is one; 13 digits in a row only where the check digit says so (numbers given since October 2020 have none). */
const residentNumber = (found: string): string =>
  `(match(${found}, '[- ]') OR (11 - arraySum((d, w) -> d * w, ${digitsOf(found)}, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 0]) % 11) % 10 = ${digitsOf(found)}[13])`;

export const SENSITIVE: Readonly<Record<SensitiveKind, Sensitive>> = {
  email: { pattern: String.raw`\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b` },
  // Korean mobile and land lines, and numbers with a country code.
  phone: {
    pattern: String.raw`\b01[016789][-. ]?[0-9]{3,4}[-. ]?[0-9]{4}\b|\b0(?:2|[3-6][0-9]|70|50[0-9])[-.) ][0-9]{3,4}[-. ][0-9]{4}\b|\+[1-9][0-9]{0,2}[-. ]?\(?[0-9]{1,4}\)?(?:[-. ]?[0-9]{2,4}){2,3}\b`,
  },
  resident_number: {
    pattern: String.raw`\b[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[- ]?[1-8][0-9]{6}\b`,
    valid: residentNumber,
  },
  card: { pattern: String.raw`\b[2-6](?:[0-9][ -]?){11,17}[0-9]\b`, valid: luhn },
  jwt: { pattern: String.raw`\beyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*` },
  bearer: { pattern: String.raw`(?i:bearer|basic|token)[ =:]+[A-Za-z0-9._~+/=-]{16,}` },
  aws_key: { pattern: String.raw`\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b` },
  ip: {
    pattern: String.raw`\b(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\b|\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b|\b(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}\b`,
  },
};
