package mockserver

import "testing"

func TestAhead(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, batchSize, 10*batchSize + 1} {
		want := 5
		for got := range ahead(5, 5+n, func(i int) int { return i * i }) {
			if got != want*want {
				t.Fatalf("%d; want the square of %d", got, want)
			}
			want++
		}
		if want != 5+n {
			t.Errorf("%d items of %d", want-5, n)
		}
	}
	for got := range ahead(0, 1<<30, func(i int) int { return i }) {
		if got > 1000 { // who stops early leaves nothing behind that waits
			break
		}
	}
}

// What panics while it is made panics where it is taken, after what came before it.
func TestAheadPanics(t *testing.T) {
	t.Parallel()
	last := -1
	defer func() {
		if v := recover(); v != "no" || last != 99 {
			t.Errorf("panic %v after item %d", v, last)
		}
	}()
	for last = range ahead(0, 1000, func(i int) int {
		if i == 100 {
			panic("no")
		}
		return i
	}) {
	}
}
