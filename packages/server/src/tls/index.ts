export { type CertificateFiles, type Certificates, readCertificates, watchCertificates } from './certificates.ts';
