import { expect, test } from "vitest";
import { Problem } from "../../api/problem";
import { nextStep } from "./model";

test.each([
  [null, "password"],
  [new Problem({ status: 401, code: "login_failed" }), "password"],
  [new Problem({ status: 401, code: "totp_required" }), "totp"],
])("after %s the step is %s", (problem, step) => expect(nextStep(problem)).toBe(step));
