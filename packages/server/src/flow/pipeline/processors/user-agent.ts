import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

/** Name, and an expression whose group is the version; the first that matches, so that those who claim to be others come first. */
const PROGRAMS: readonly (readonly [name: string, pattern: string])[] = [
  ['Edge', String.raw`\bEdg(?:e|A|iOS)?/([\d.]+)`],
  ['Opera', String.raw`\b(?:OPR|Opera)[/ ]([\d.]+)`],
  ['Samsung Internet', String.raw`\bSamsungBrowser/([\d.]+)`],
  ['Whale', String.raw`\bWhale/([\d.]+)`],
  ['KakaoTalk', String.raw`\bKAKAOTALK/? ?([\d.]+)`],
  ['NAVER', String.raw`\bNAVER\(inapp;[^;]*;[^;]*;([\d.]+)`],
  ['Yandex', String.raw`\bYaBrowser/([\d.]+)`],
  ['Firefox', String.raw`\b(?:Firefox|FxiOS)/([\d.]+)`],
  ['Chrome', String.raw`\b(?:Chrome|CriOS|HeadlessChrome)/([\d.]+)`],
  ['Safari', String.raw`\bVersion/([\d.]+).* Safari/`],
  ['Internet Explorer', String.raw`\b(?:MSIE |Trident/.*rv:)([\d.]+)`],
  ['curl', String.raw`^curl/([\d.]+)`],
  ['Wget', String.raw`^Wget/([\d.]+)`],
  ['Python requests', String.raw`^python-requests/([\d.]+)`],
  ['Go', String.raw`^Go-http-client/([\d.]+)`],
  ['okhttp', String.raw`^okhttp/([\d.]+)`],
  ['Java', String.raw`^(?:Java|Apache-HttpClient)/([\d.]+)`],
  ['axios', String.raw`^axios/([\d.]+)`],
  ['kube-probe', String.raw`^kube-probe/([\d.]+)`],
  ['Prometheus', String.raw`^Prometheus/([\d.]+)`],
];
const SYSTEMS: readonly (readonly [name: string, pattern: string])[] = [
  ['Windows', String.raw`Windows NT ([\d.]+)`],
  ['Android', String.raw`Android ([\d.]+)`],
  ['iOS', String.raw`(?:iPhone|CPU) OS ([\d_]+)`],
  ['macOS', String.raw`Mac OS X ([\d_.]+)`],
  ['ChromeOS', String.raw`CrOS \S+ ([\d.]+)`],
  ['Linux', String.raw`Linux()`],
];
const BOT = String.raw`(?i)([a-z0-9_-]*(?:bot|crawler|spider|slurp|yeti|daum|headless|monitor|facebookexternalhit)[a-z0-9_-]*)`;

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const userAgent = processor(
  'user_agent',
  'Reads browser, version, system, kind of device and bots from a user agent.',
  { field: fieldSchema.default('user_agent.original'), target: z.string().min(1).max(128).default('user_agent') },
  (state, { field, target }) => {
    const source = state.guarded(`toString(${state.read(field)})`, `''`);
    const named = (list: typeof PROGRAMS): string =>
      `multiIf(${list.map(([name, pattern]) => `match(${source}, ${quote(pattern)}), ${quote(name)}`).join(', ')}, '')`;
    const versions = (list: typeof PROGRAMS, name: string): string =>
      `multiIf(${list.map(([each, pattern]) => `${name} = ${quote(each)}, extract(${source}, ${quote(pattern)})`).join(', ')}, '')`;
    const name = state.step(named(PROGRAMS));
    const system = state.step(named(SYSTEMS));
    const bot = state.step(`extract(${source}, ${quote(BOT)})`);
    const device = `multiIf(${source} = '', '', ${bot} != '', 'bot', match(${source}, 'iPad|Tablet') OR (${system} = 'Android' AND NOT match(${source}, 'Mobile')), 'tablet', match(${source}, 'Mobile|iPhone'), 'phone', ${system} IN ('Windows', 'macOS', 'Linux', 'ChromeOS'), 'desktop', 'program')`;
    const found: readonly (readonly [string, string])[] = [
      [`${target}.name`, name],
      [`${target}.version`, state.step(versions(PROGRAMS, name))],
      [`${target}.os.name`, system],
      [`${target}.os.version`, state.step(`replaceAll(${versions(SYSTEMS, system)}, '_', '.')`)],
      [`${target}.device`, state.step(device)],
      [`${target}.bot`, bot],
    ];
    for (const [field, value] of found) state.writeIfThere(field, value);
  },
);
