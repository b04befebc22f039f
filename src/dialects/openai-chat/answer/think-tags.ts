/** A piece of text, told apart. */
export interface ThoughtOrText {
  readonly kind: "reasoning" | "text";
  readonly text: string;
}

/** Parts reasoning between `<think>` tags from the text after it. */
export interface ThinkSplitter {
  /** Takes the next piece; gives what can be told of it. May hold back the beginning of a tag. */
  push(text: string): readonly ThoughtOrText[];
  /** Gives what was held back. */
  flush(): readonly ThoughtOrText[];
}

const OPEN = "<think>";
const CLOSE = "</think>";

/** Makes a splitter for one answer. Only a tag at its very start counts, after white space at most. */
export function createThinkSplitter(): ThinkSplitter {
  let place: "start" | "inside" | "after" = "start";
  let held = "";

  const begin = (): readonly ThoughtOrText[] => {
    const start = held.trimStart();
    if (start.length < OPEN.length && OPEN.startsWith(start)) return [];
    if (!start.startsWith(OPEN)) return pass();
    place = "inside";
    held = start.slice(OPEN.length);
    return think();
  };
  const think = (): readonly ThoughtOrText[] => {
    const end = held.indexOf(CLOSE);
    if (end < 0) {
      const keep = overlap(held);
      const told = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return give("reasoning", told);
    }
    const told = held.slice(0, end);
    held = held.slice(end + CLOSE.length);
    return [...give("reasoning", told), ...pass()];
  };
  const pass = (): readonly ThoughtOrText[] => {
    place = "after";
    const told = held;
    held = "";
    return give("text", told);
  };
  return {
    push(text) {
      held += text;
      return place === "start" ? begin() : place === "inside" ? think() : pass();
    },
    flush() {
      if (place !== "inside") return pass();
      const told = held;
      held = "";
      return give("reasoning", told);
    },
  };
}

function give(kind: ThoughtOrText["kind"], text: string): readonly ThoughtOrText[] {
  return text === "" ? [] : [{ kind, text }];
}

/** How many characters at the end of `text` may be the beginning of a closing tag. */
function overlap(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
