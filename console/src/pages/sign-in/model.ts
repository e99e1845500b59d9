/** Which step of the door a person stands at. */
import type { Problem } from "../../api/problem";

export type Step = "password" | "totp";

/** Codes by which the server asks for the second factor. */
const ASKS_TOTP = /totp_(required|needed)|second_factor/;

export function nextStep(problem: Problem | null): Step {
  return problem && ASKS_TOTP.test(problem.code) ? "totp" : "password";
}
