import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';
import { KeyKind } from './key-name.js';
import { judgeValue } from './secret-value.js';

/** Words for a password that are not spelled in ASCII: Spanish to Chinese. The keyword search sees ASCII alone. */
const announced =
  /(?:contraseña|hasło|lösenord|şifre|jelszó|lozinka|пароль|пароля|密码|密碼|口令|パスワード|비밀번호|συνθηματικό|κωδικός|סיסמה|كلمة المرور)[\p{L}]{0,3}[ \t\u3000]{0,4}(?:[:=：]|is |es |: |是|は)?[ \t\u3000]{0,4}["'`«„“]?([\x21-\x7e]{6,64})/giu;

/** Passwords that a word of another script announces. Asked only for texts that hold more than ASCII. */
export function findForeignPasswords(view: View, report: (span: Span) => void): void {
  const { text } = view;
  view.work.steps += text.length;
  announced.lastIndex = 0;
  for (let found = announced.exec(text); found !== null; found = announced.exec(text)) {
    const value = (found[1] ?? '').replace(/["'`.,;)\]]{1,3}$/, '');
    const start = found.index + found[0].length - (found[1] ?? '').length;
    if (judgeValue(value, KeyKind.Password, { quoted: true, loose: true }) !== undefined)
      report({ rule: 'secret.password-prose', start, end: start + value.length });
  }
}
