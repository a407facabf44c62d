package dotenv_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/dotenv"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"plain", "A=1\nB_2=two words\n", `[{A 1 1} {B_2 two words 2}]`},
		{"none", "\n# only a comment\n\n", `[]`},
		{"empty", "A=\nB= \nC=''\nD=\"\"", `[{A  1} {B  2} {C  3} {D  4}]`},
		{"export", "export A=1\n  export\tB=2\nexport=3\nexports=4", `[{A 1 1} {B 2 2} {export 3 3} {exports 4 4}]`},
		{"blanks", " A = 1 \t\n", `[{A 1 1}]`},
		{"comments", "A=1 # one\nB=a#b\nC=# none\nD='#' # x\nE=\"#\"#x\n", `[{A 1 1} {B a#b 2} {C  3} {D # 4} {E # 5}]`},
		{"single quotes", `A='a "b" \n $c'`, `[{A a "b" \n $c 1}]`},
		{"double quotes",
			`A="a 'b' \"c\" \\ \$d \q é"`, `[{A a 'b' "c" \ $d \q é 1}]`},
		{"several lines", "A='x\n y'\nB=\"1\\n2\n3\"\nC=4\n", "[{A x\n y 1} {B 1\n2\n3 3} {C 4 5}]"},
		{"nothing is expanded", "A=$B ${C} `d`\n", "[{A $B ${C} `d` 1}]"},
		{"equals in a value", "KEY=YWJj==\n", "[{KEY YWJj== 1}]"},
		{"twice", "A=1\nA=2\n", `[{A 1 1} {A 2 2}]`},
		{"Windows", "\ufeffA=1\r\nB='x\r\ny'\r\n", "[{A 1 1} {B x\ny 2}]"},
		{"no end of line", "A=1", `[{A 1 1}]`},
		{"other names", "spring.profile-x=1", `[{spring.profile-x 1 1}]`},
	} {
		got, err := dotenv.Parse(".env", []byte(c.text))
		if fmt.Sprint(got) != c.want || err != nil {
			t.Errorf("%s: %v, %v; want %s", c.name, got, err, c.want)
		}
	}
}

// TestParseRefuses wants the place of each mistake, and no secret in the message.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"A=1\nKEY='s3cret\nB=2\n":       ".env:2:5: the quote of KEY is not closed",
		"KEY=\"s3cret\\\"":              ".env:1:5: the quote of KEY is not closed",
		"s3cret value\n":                ".env:1:8: there is no = behind the name s3cret",
		"é=1":                           ".env:1:1: a line begins with the name of a variable, as in NAME=value",
		"A=1\n\n =s3cret":               ".env:3:2: a line begins with the name of a variable",
		"A='ü' s3cret":                  ".env:1:7: the value of A goes on behind its closing quote",
		"2A=1":                          ".env:1:1: the name of a variable does not begin with a digit",
		"A: s3cret":                     ".env:1:2: there is no = behind the name A",
		"A=1\nB=\x00":                   ".env:2:3: not text",
		"A=1\nB=\xff":                   ".env:2:3: not text",
		"A=1\nexport\nB=2":              ".env:2:7: there is no = behind the name export",
		"export A\n":                    ".env:1:9: there is no = behind the name A",
		strings.Repeat("\n", 999) + "-": ".env:1000:2: there is no = behind the name -",
	} {
		_, err := dotenv.Parse(".env", []byte(text))
		var bad *dotenv.Error
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") && !strings.HasPrefix(text, "s3cret") {
			t.Errorf("%q: the message has the secret: %v", text, err)
		}
	}
}

// TestParseAsShell compares with what a shell makes of files that both can read.
func TestParseAsShell(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("one goroutine does this")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("SKIPPED: there is no bash in the PATH")
	}
	text := "# a comment\nexport A=1 # one\nB=a#b\nC='two  words $X'\nD=\"q \\\" \\$X \\\\ 'y'\"\nE='over\n  lines'\n" +
		"F=\"x\ny\"\nG=\nH=\"\"\nI=YWJj==\nJ='a'  # c\nexport K='é'\nL=\"a\\\nb\"\nM=\"\\`x\\q\"\n"
	file := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	variables, err := dotenv.Parse(file, []byte(text))
	if err != nil || len(variables) != 13 {
		t.Fatal(variables, err)
	}
	for _, v := range variables {
		out, err := exec.Command(bash, "-c", `. "$1"; printf '%s' "${!2}"`, "bash", file, v.Name).CombinedOutput()
		if err != nil || string(out) != v.Value {
			t.Errorf("%s is %q, and for a shell %q (%v)", v.Name, v.Value, out, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"A=1\n", "export A='x\ny' # c\n", "A=\"\\n\\\"\"", "\ufeffA=\r\n", "=", "A='"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		variables, err := dotenv.Parse("f", data)
		var bad *dotenv.Error
		if err != nil && (!errors.As(err, &bad) || bad.Line < 1 || bad.Column < 1) {
			t.Fatalf("%v", err)
		}
		for _, v := range variables {
			if v.Name == "" || v.Line < 1 || strings.ContainsAny(v.Name, "= \n") {
				t.Fatalf("%+v", v)
			}
			// what was read can be written in single quotes, and is the same then
			if strings.Contains(v.Value, "'") || strings.Contains(v.Value, "\r\n") {
				continue
			}
			again, err := dotenv.Parse("f", []byte(v.Name+"='"+v.Value+"'"))
			if err != nil || len(again) != 1 || again[0].Value != v.Value {
				t.Fatalf("%+v is read back as %+v, %v", v, again, err)
			}
		}
	})
}
