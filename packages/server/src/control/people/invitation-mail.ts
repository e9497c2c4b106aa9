const TEXTS = {
  en: {
    subject: (from: string) => `${from} invites you to Moalog`,
    text: (from: string, link: string) =>
      `${from} invites you to Moalog, where your team's logs are gathered.\n\nOpen this link within a week to make your account. It is for you alone:\n\n${link}\n\nIf you did not expect this, do nothing.\n`,
  },
  ko: {
    subject: (from: string) => `${from} 님이 Moalog에 초대했습니다`,
    text: (from: string, link: string) =>
      `${from} 님이 팀의 로그를 모아 보는 Moalog에 초대했습니다.\n\n일주일 안에 아래 링크를 열어 계정을 만드세요. 본인만 사용하세요.\n\n${link}\n\n예상하지 못한 메일이라면 무시하셔도 됩니다.\n`,
  },
} as const;

export function invitationMail(language: 'en' | 'ko', from: string, link: string): { subject: string; text: string } {
  const { subject, text } = TEXTS[language];
  // A name is one line, whatever was typed.
  const name = from.replaceAll(/\s+/g, ' ');
  return { subject: subject(name), text: text(name, link) };
}
