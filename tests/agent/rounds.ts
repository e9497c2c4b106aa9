// `npm run test:agent-loss [SECONDS]`: the long version of loss.test.ts.
import { lossRun } from './loss.ts';

const report = await lossRun(Number(process.argv[2] ?? 300));
console.log(JSON.stringify(report, null, 2));
if (report.missing.length > 0 || report.repeated.length > 0 || report.written === 0) process.exit(1);
