package mockserver

import (
	"iter"
	"runtime"
)

// batchSize is the number of items that one processor makes at a time.
const batchSize = 64

// batch is what was made of some indices in a row, and the panic that ended it; nil for none.
type batch[T any] struct {
	made  []T
	panic any
}

func newBatch[T any](from, end int, one func(int) T) (b batch[T]) {
	defer func() { b.panic = recover() }()
	for i := from; i < end; i++ {
		b.made = append(b.made, one(i))
	}
	return b
}

// ahead yields what is made of each of some indices, in their order. All processors make it, a little
// ahead of whoever takes it.
func ahead[T any](from, end int, one func(int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		batches := make(chan chan batch[T], runtime.GOMAXPROCS(0)) // so many are made at once, and one more
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(batches)
			for ; from < end; from += batchSize {
				next, first := make(chan batch[T], 1), from
				select {
				case batches <- next:
					go func() { next <- newBatch(first, min(end, first+batchSize), one) }()
				case <-stop:
					return
				}
			}
		}()
		for next := range batches {
			b := <-next
			for _, item := range b.made {
				if !yield(item) {
					return
				}
			}
			if b.panic != nil {
				panic(b.panic)
			}
		}
	}
}
