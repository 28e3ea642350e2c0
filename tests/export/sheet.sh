#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sheet has every equation, state, parameter and output of the model exactly once, says the
# same each time, escapes what a text may hold, and LaTeX takes it where there is one.
. "$(dirname "$0")/../cli/lib.sh"

# every rule of the files that human.ant imports, and its own
mapfile -t files < <(sed -n 's/^import "\(.*\)"$/\1/p' "$root/models/human.ant")
rules=$(cd "$root/models" && grep -hoE "^[[:space:]]*[A-Za-z_0-9]+('|[[:space:]]*:)[[:space:]]*=" "${files[@]}" human.ant |
    grep -oE '[A-Za-z_0-9]+' | sort)
that 'there are rules in the text' test "$(wc -l <<<"$rules")" -gt 200

expect 0 '' export markdown human -o human.md
expect 0 '' export markdown human
that 'the same each time' cmp out human.md
that 'every equation once' cmp <(sed -n '/^## Equations/,/^## States/s/^\*\*`\([^`]*\)`\*\*.*/\1/p' human.md | sort) <(echo "$rules")
that 'every state once' cmp <(sed -n '/^## States/,/^## Parameters/s/^| `\([^`]*\)`.*/\1/p' human.md | sort) \
    <(awk -F'\t' '!/^#/ && $1 != "stateId" { print $1 }' "$root/params/human.states.tsv" | sort)
"$osteoswitch" list parameters | awk 'NR > 1 { print $1 }' | sort >parameters
that 'every parameter once' cmp <(sed -n '/^## Parameters/,/^## Outputs/s/^| `\([^`]*\)`.*/\1/p' human.md | sort) parameters
that 'every output once' cmp <(sed -n '/^## Outputs/,$s/^| `\([^`]*\)`.*/\1/p' human.md | sort) \
    <(awk -F'\t' '!/^#/ && NF > 1 && $1 != "outputId" { print $1 }' "$root/params/human.outputs.tsv" | sort)
that 'a parameter row has value, unit, status' grep -qE \
    '^\| `age0` \| \$\\mathrm\{age0\}\$ \| 40 \| \$\\mathrm\{year\}\$ \| input \|' human.md
that 'a rate is a rate' grep -q '^\\frac{d\\,k' <(sed 's/\\mathrm{Ps}/k/' human.md)
that 'rows of a table have as many cells as its head' awk '
    /^\|/ { gsub(/\\\|/, ""); n = gsub(/\|/, ""); if (in_table && n != cells) exit 1; cells = n; in_table = 1; next }
    { in_table = 0 }' human.md

expect 0 '' export markdown human --set 'age=33 year'
that 'values as given' grep -qE '^\| `age0` \| [^|]* \| 33 \|' out

expect 0 '' export latex human -o human.tex
that 'every equation once in LaTeX' test "$(grep -c '^\\oswformula{' human.tex)" = \
    $(($(wc -l <<<"$rules") + $(cd "$root/models" && cat "${files[@]}" human.ant | grep -c '^function ')))

expect 64 'expected sbml, latex, markdown or petab' export word human
expect 66 '' export latex nowhere
expect 73 'exists' export latex human -o human.tex

cat >odd.ant <<'END'
X is "50 % of A&B_c #1 $x ^y ~z {w} \\ <a> | µ é €"
X = 1; k = 2; X' = -k*X
END
if command -v cc >/dev/null; then
    expect 0 '' export latex ./odd.ant -o odd.tex
    that 'LaTeX escapes' grep -qF '50 \% of A\&B\_c \#1 \$x \textasciicircum{}y \textasciitilde{}z \{w\}' odd.tex
    expect 0 '' export markdown ./odd.ant
    that 'Markdown escapes' grep -qF 'A\&B\_c \#1 \$x ^y \~z \{w\}' out
fi
if command -v pdflatex >/dev/null; then
    for name in human odd; do
        [[ -f $name.tex ]] || continue
        that "LaTeX takes $name.tex" pdflatex -interaction=nonstopmode -halt-on-error "$name.tex" >"$name.said" 2>&1
    done
fi
finish 14
