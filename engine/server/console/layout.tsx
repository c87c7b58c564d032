/**
 * The frame of every page: where one can go, who is signed in, and what was just done.
 *
 * @module
 */
import type { Child } from "hono/jsx";
import type { Person } from "../../state/tokens.ts";
import { SCRIPT_PATH, STYLE_PATH } from "./assets.ts";
import { NAVIGATION } from "./navigation.ts";
import type { Theme } from "./session.ts";

/** What a page is framed with. */
export interface FrameOptions {
  title: string;
  theme: Theme;
  /** Who is signed in; absent: nobody, and nothing leads anywhere. */
  who?: Person;
  csrf?: string;
  /** The path that is shown: its place in the navigation is marked, and a change of theme comes back to it. */
  path: string;
  said?: string;
  children?: Child;
}

/** A whole page. */
export const Frame = ({ title, theme, who, csrf, path, said, children }: FrameOptions) => (
  <html lang="en" data-theme={theme}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content={theme === "auto" ? "light dark" : theme} />
      <title>{`${title} – Gusset`}</title>
      <link rel="stylesheet" href={STYLE_PATH} />
      <link
        rel="icon"
        href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 14V2l12 12z' fill='%230f6a86'/%3E%3C/svg%3E"
      />
      <script src={SCRIPT_PATH} defer></script>
    </head>
    <body class={who ? "framed" : "bare"}>
      <a class="skip" href="#content">To the content</a>
      {who && <Side who={who} csrf={csrf ?? ""} path={path} theme={theme} />}
      <main id="content" tabindex={-1}>
        {said !== undefined && <p class="said" role="status">{said}</p>}
        {children}
      </main>
    </body>
  </html>
);

const Side = ({ who, csrf, path, theme }: { who: Person; csrf: string; path: string; theme: Theme }) => (
  <header class="side" id="top">
    <div class="brand">
      <a href="/console" class="mark">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
          <path d="M1 15V1l14 14z" fill="currentColor" />
        </svg>
        Gusset
      </a>
      <a class="menu" href="#navigation">Menu</a>
    </div>
    <nav id="navigation" aria-label="Console">
      <a class="menu close" href="#top">Close</a>
      {NAVIGATION.map(({ group, entries }) => (
        <div class="group">
          <p>{group}</p>
          <ul>
            {entries.map(({ href, title }) => (
              <li>
                <a href={href} aria-current={isHere(path, href) ? "page" : undefined}>{title}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div class="who">
        <p>
          <bdi>{who.name}</bdi>
          <span class="quiet">{who.role}</span>
        </p>
        <form method="post" action="/console/theme" class="themes" aria-label="Theme">
          <input type="hidden" name="csrf" value={csrf} />
          <input type="hidden" name="back" value={path} />
          {(["auto", "light", "dark"] as const).map((one) => (
            <button type="submit" name="theme" value={one} aria-pressed={one === theme ? "true" : "false"}>
              {one}
            </button>
          ))}
        </form>
        <form method="post" action="/console/sign-out">
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit">Sign out</button>
        </form>
      </div>
    </nav>
  </header>
);

const isHere = (path: string, href: string): boolean =>
  href === "/console" ? path === href : path === href || path.startsWith(`${href}/`);
