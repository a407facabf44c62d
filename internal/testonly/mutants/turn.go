package mutants

import (
	"os/exec"
	"strconv"
	"strings"
)

// CommitTurn returns a number that grows by one with every commit. A shallow clone cannot count its
// commits, and takes a number from the hash of the last one; without git, it is 0.
func CommitTurn() (turn int, from string) {
	git := func(args ...string) string {
		out, err := exec.Command("git", args...).Output()
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	switch git("rev-parse", "--is-shallow-repository") {
	case "false":
		n, err := strconv.Atoi(git("rev-list", "--count", "HEAD"))
		if err == nil {
			return n, "the number of commits"
		}
	case "true":
		hash := git("rev-parse", "HEAD")
		if n, err := strconv.ParseInt(hash[:min(7, len(hash))], 16, 32); err == nil {
			return int(n), "the hash of the commit"
		}
	}
	return 0, "no git repository"
}
