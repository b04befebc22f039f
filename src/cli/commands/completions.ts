import { buildChoiceParser, buildCommand } from "@stricli/core";
import { type Context, print } from "../context.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** `perdix completions bash|zsh|fish` */
export const completions = buildCommand<Record<never, never>, [shell: Shell], Context>({
  func(this: Context, _: object, shell: Shell) {
    print(this, scripts[shell]);
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          parse: buildChoiceParser(shells),
          brief: shells.join(", "),
          placeholder: "SHELL",
          proposeCompletions: () => shells,
        },
      ],
    },
  },
  docs: {
    brief: "Print a script that completes commands in your shell",
    fullDescription:
      'bash: eval "$(perdix completions bash)" · zsh: the same with zsh · fish: perdix completions fish | source',
  },
});

const scripts: Readonly<Record<Shell, string>> = {
  bash: `_perdix() {
  local IFS=$'\\n'
  COMPREPLY=($(perdix __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _perdix perdix`,
  zsh: `_perdix() {
  local -a words_found
  words_found=("\${(@f)$(perdix __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$words_found" ]]; then compadd -- "\${words_found[@]}"; else _files; fi
}
compdef _perdix perdix`,
  fish: `complete -c perdix -a '(perdix __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};
