// `npm run test:crash [ROUNDS]`: the long version of crash.test.ts.
import { crashRounds } from './crash.ts';

const report = await crashRounds(Number(process.argv[2] ?? 50));
console.log(JSON.stringify(report, null, 2));
if (report.missing > 0 || report.repeated > 0 || report.rollup !== report.stored || report.acknowledged === 0)
  process.exit(1);
