import { useRef } from 'react';

/** The answer, or the last one there was: a question that failed leaves what is on screen. */
export function useLastGood<T>(answer: T | undefined): T | undefined {
  const last = useRef(answer);
  if (answer !== undefined) last.current = answer;
  return answer ?? last.current;
}
