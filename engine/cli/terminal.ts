/**
 * The terminal as a command sees it: two streams, a keyboard, and what is known of them. Tests hand in their own.
 *
 * @module
 */
import process from "node:process";

/** Where a command writes and reads. */
export interface Terminal {
  /** Results: standard output. */
  out(text: string): void;
  /** Messages and progress: standard error. */
  err(text: string): void;
  /** Whether a person watches standard output. */
  interactive: boolean;
  /** Whether a person watches standard error, where progress goes. */
  watched: boolean;
  color: boolean;
  /** Width in characters. */
  columns: number;
  /** An environment variable; undefined where it is not set or empty. */
  env(name: string): string | undefined;
  /** All of standard input, as text. */
  stdin(): Promise<string>;
  /** Asks for a secret without showing it; reads a line of standard input where that is no terminal. */
  secret(question: string): Promise<string>;
}

/** This process's own terminal. */
export function systemTerminal(): Terminal {
  const interactive = Deno.stdout.isTerminal();
  return {
    out: (text) => write(Deno.stdout, text),
    err: (text) => write(Deno.stderr, text),
    interactive,
    watched: Deno.stderr.isTerminal(),
    color: interactive && !env("NO_COLOR") && env("TERM") !== "dumb",
    columns: interactive ? columns() : WIDE,
    env,
    stdin: () => new Response(Deno.stdin.readable).text(),
    secret,
  };
}

const env = (name: string): string | undefined => process.env[name] || undefined;

/** Width of lines that nobody's terminal limits: a file, a pipe. */
const WIDE = 160;

function columns(): number {
  try {
    return Deno.consoleSize().columns || WIDE;
  } catch {
    return WIDE;
  }
}

/** Writes all of it, at once: nothing is lost when the process ends. A reader that has gone (`| head`) is no error. */
function write(stream: { writeSync(data: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.BrokenPipe)) throw thrown;
  }
}

async function secret(question: string): Promise<string> {
  if (!Deno.stdin.isTerminal()) {
    return (await new Response(Deno.stdin.readable).text()).replace(/\r?\n$/, "");
  }
  const { password, isCancel } = await import("@clack/prompts");
  const answer = await password({ message: question });
  return isCancel(answer) ? "" : answer;
}
