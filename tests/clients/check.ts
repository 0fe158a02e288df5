// Code that a user of openapi-typescript would write. It compiles only if what the
// spec does not require is not demanded.
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

const reset: Schemas["AdminUsersSessionResetRequest"] = { user_id: "W12345678" };
const list: Schemas["AdminUsersSessionListRequest"] = {};
const settings: Schemas["AdminUsersSessionSetSettingsRequest"] = {
  user_ids: ["W12345678"],
  duration: null,
  desktop_app_browser_quit: null,
};

// @ts-expect-error: user_id is required
const nobody: Schemas["AdminUsersSessionResetRequest"] = {};

type Answer = paths["/admin.users.session.list"]["post"]["responses"][200]["content"]["application/json"];

function sessions(answer: Answer): number[] {
  if (!answer.ok) {
    throw new Error(answer.error);
  }
  return answer.active_sessions.map((session) => session.session_id);
}

export { list, nobody, reset, sessions, settings };
