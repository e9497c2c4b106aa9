export { type Mail, openMail } from './mail.ts';
