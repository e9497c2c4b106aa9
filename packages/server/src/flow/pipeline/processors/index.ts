import type { ProcessorKind } from '../processor.ts';
import { accessLog } from './access-log.ts';
import { calculate } from './calculate.ts';
import { convert } from './convert.ts';
import { copy } from './copy.ts';
import { csv } from './csv.ts';
import { dissect } from './dissect.ts';
import { drop, keep } from './drop.ts';
import { grok } from './grok.ts';
import { hash } from './hash.ts';
import { json } from './json.ts';
import { keyValue } from './key-value.ts';
import { level } from './level.ts';
import { lookup } from './lookup.ts';
import { redact } from './redact.ts';
import { regex } from './regex.ts';
import { remove } from './remove.ts';
import { rename } from './rename.ts';
import { replace } from './replace.ts';
import { sample } from './sample.ts';
import { set } from './set.ts';
import { split } from './split.ts';
import { stackTrace } from './stack-trace.ts';
import { lower, trim, upper } from './text-case.ts';
import { timestamp } from './timestamp.ts';
import { queryString, url } from './url.ts';
import { userAgent } from './user-agent.ts';

/** Every processor there is. */
export const PROCESSORS: readonly ProcessorKind[] = [
  json,
  keyValue,
  regex,
  grok,
  dissect,
  csv,
  accessLog,
  url,
  queryString,
  userAgent,
  stackTrace,
  timestamp,
  level,
  set,
  copy,
  rename,
  remove,
  convert,
  lower,
  upper,
  trim,
  replace,
  split,
  calculate,
  lookup,
  redact,
  hash,
  drop,
  keep,
  sample,
];
