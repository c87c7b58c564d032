/**
 * Signing in.
 *
 * @module
 */
import { Head } from "../money/parts.tsx";

/** The form; `to` is where it leads, `wrong` why it did not. */
export const SignIn = ({ to, wrong }: { to: string; wrong?: string }) => (
  <section class="card">
    <Head title="Gusset" lead="Oracle and Procore, kept together." />
    {wrong !== undefined && <p class="wrong" role="alert" id="wrong">{wrong}</p>}
    <form method="post" action="/console/sign-in">
      <input type="hidden" name="to" value={to} />
      <label>
        Your token
        <input
          type="password"
          name="token"
          required
          autofocus
          autocomplete="current-password"
          maxlength={200}
          aria-describedby={wrong === undefined ? undefined : "wrong"}
        />
      </label>
      <button type="submit" class="strong">Sign in</button>
    </form>
    <p class="says">
      An administrator makes one with <code>gusset token create</code>.
    </p>
  </section>
);
