package main

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/agentmock/agentmock/internal/testonly/mutants"
)

// The environment of TestMutation.
const (
	// mutationVariable chooses planted defects and variations: all of them, as make mutation does, or
	// those whose ids match one of the globs, separated by commas. Without it, a test run tries a
	// sample that changes with every commit.
	mutationVariable = "AGENTMOCK_MUTATION"
	// mutationTurnVariable is the number that chooses the sample, instead of the commit.
	mutationTurnVariable = "AGENTMOCK_MUTATION_TURN"
	// mutationLevelVariable is the level of the runs.
	mutationLevelVariable = "AGENTMOCK_MUTATION_LEVEL"
)

// The number of samples into which the mutants are divided: so many commits try them all.
const (
	samples      = 64
	shortSamples = 8 * samples // with -short, as under the race detector
)

// mutantSample chooses the mutants that a test run tries.
type mutantSample struct {
	globs []string // of mutationVariable; nil: by turn
	turn  int
	from  string // where the turn comes from
}

func newMutantSample() mutantSample {
	if globs := os.Getenv(mutationVariable); globs != "" {
		return mutantSample{globs: strings.Split(globs, ",")}
	}
	turn, from := mutants.CommitTurn()
	if n, err := strconv.Atoi(os.Getenv(mutationTurnVariable)); err == nil && n >= 0 {
		turn, from = n, mutationTurnVariable
	}
	return mutantSample{turn: turn, from: from}
}

// takes reports whether the mutant at an index belongs to the sample, one of so many.
func (s mutantSample) takes(id string, index, of int) bool {
	if s.globs == nil {
		return index%of == s.turn%of
	}
	return slices.ContainsFunc(s.globs, func(glob string) bool {
		ok, err := path.Match(glob, id)
		return glob == "all" || ok && err == nil
	})
}

// String tells how to try the same sample again.
func (s mutantSample) String() string {
	if s.globs != nil {
		return fmt.Sprintf("mutants: %s=%s", mutationVariable, strings.Join(s.globs, ","))
	}
	return fmt.Sprintf("mutants: one of %d samples by %s; %s=%d tries it again", samples, s.from,
		mutationTurnVariable, s.turn)
}

// mutationLevel returns the level of the runs.
func mutationLevel() string { return cmp.Or(os.Getenv(mutationLevelVariable), "standard") }

// TestMutantSample wants the samples of consecutive commits to try every mutant, each in one of them.
func TestMutantSample(t *testing.T) {
	t.Parallel()
	for _, of := range []int{samples, shortSamples} {
		for index := range 1000 {
			turns := 0
			for turn := 1234; turn < 1234+of; turn++ {
				if (mutantSample{turn: turn}).takes("any", index, of) {
					turns++
				}
			}
			if turns != 1 {
				t.Errorf("of %d consecutive samples, %d have the mutant at %d", of, turns, index)
			}
		}
	}
	if s := (mutantSample{globs: []string{"none", "update-*"}}); !s.takes("update-x", 1, samples) ||
		s.takes("x", 0, samples) {
		t.Error("globs do not choose by id")
	}
	if turn, from := mutants.CommitTurn(); turn < 0 || from == "" {
		t.Errorf("turn %d from %q", turn, from)
	}
}
