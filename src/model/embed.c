/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Build tool: the headers that generated code includes, as a C table of name and text, so
 * that a program can compile a user's model wherever it stands.
 * Usage: embed OUT NAME FILE [NAME FILE]… */
#include <stdio.h>

static int copy(FILE *in, FILE *out)
{
    for (int c; (c = fgetc(in)) != EOF;) {
        if (c == '\n')
            fputs("\\n\"\n    \"", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else
            fputc(c, out);
    }
    return ferror(in);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 3 && argc % 2 == 0 ? fopen(argv[1], "w") : NULL;
    if (!out)
        return 1;
    fputs("#include \"model/headers.h\"\n\n"
          "const struct osw_header osw_headers[] = {\n",
          out);
    for (int i = 2; i < argc; i += 2) {
        FILE *in = fopen(argv[i + 1], "r");
        if (!in)
            return 1;
        fprintf(out, "    {\"%s\",\n    \"", argv[i]);
        int failed = copy(in, out);
        fclose(in);
        if (failed)
            return 1;
        fputs("\"},\n", out);
    }
    fputs("    {0, 0},\n};\n", out);
    return fclose(out) != 0;
}
