package report_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/agentmock/agentmock/contract"
	"github.com/agentmock/agentmock/contract/report"
)

// TestExchanges wants exchanges back as they were, in the order of the fixtures, those of none last.
func TestExchanges(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "exchanges"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	kept := report.NewExchanges(file)
	fixture := []string{"", "second", "first", "second", "unknown"}
	var all sync.WaitGroup
	for i, id := range fixture {
		all.Go(func() {
			kept.Add(contract.Exchange{Number: int64(i), Fixture: id,
				RequestBody: contract.Body{Text: []byte("\xff\n" + id), Size: 2 << 20}})
		})
	}
	all.Wait()
	r := &contract.Report{Fixtures: []contract.Result{{ID: "first"}, {ID: "second"}}}
	for range 2 {
		var numbers []int64
		for x, err := range kept.Of(r) {
			if err != nil || string(x.RequestBody.Text) != "\xff\n"+fixture[x.Number] || !x.RequestBody.Cut() {
				t.Fatalf("%v: %+v", err, x)
			}
			numbers = append(numbers, x.Number)
		}
		if want := []int64{2, 1, 3, 0, 4}; !slices.Equal(numbers, want) {
			t.Errorf("got exchanges %v, want %v", numbers, want)
		}
	}
}

// fullFile has no room.
type fullFile struct{ *os.File }

var errFull = errors.New("no space left on device")

func (fullFile) WriteAt([]byte, int64) (int, error) { return 0, errFull }

// TestExchangesThatCannotBeKept wants an error in the place of exchanges that are lost.
func TestExchangesThatCannotBeKept(t *testing.T) {
	t.Parallel()
	kept := report.NewExchanges(fullFile{})
	kept.Add(contract.Exchange{Number: 1})
	for _, err := range kept.Of(&contract.Report{}) {
		if !errors.Is(err, errFull) {
			t.Errorf("got %v, want %v", err, errFull)
		}
		return
	}
	t.Error("the loss is not reported")
}
