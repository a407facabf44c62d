//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package main

import (
	"errors"
	"os"
)

// renamesOpen tells whether an open file can be renamed.
const renamesOpen = false

// tryLock fails: the standard library knows no lock of this system that ends with its process and
// holds within it, too.
func tryLock(*os.File) (bool, error) { return false, errors.ErrUnsupported }
