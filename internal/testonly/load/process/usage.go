package process

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Usage is what a process uses at one moment.
type Usage struct {
	CPU     time.Duration // that it has used since its start, in steps of tick
	Memory  int64         // its resident set, in bytes
	Threads int           // of the operating system
	Files   int           // open file descriptors, connections included
}

// tick is the unit of times in /proc: a hundredth of a second on all machines that Go runs on
// (sysconf(_SC_CLK_TCK)).
const tick = time.Second / 100

// ErrUnknown is returned where the operating system does not tell what a process uses.
var ErrUnknown = errors.New("no /proc/PID, as Linux has it")

// Usage returns what the process uses; ErrUnknown where there is no /proc.
func (p *Process) Usage() (Usage, error) { return usage(p.cmd.Process.Pid) }

// Self returns what this process uses; ErrUnknown where there is no /proc.
func Self() (Usage, error) { return usage(os.Getpid()) }

func usage(pid int) (Usage, error) {
	folder := fmt.Sprintf("/proc/%d/", pid)
	stat, err := os.ReadFile(folder + "stat")
	if err != nil {
		return Usage{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	files, err := os.ReadDir(folder + "fd")
	if err != nil {
		return Usage{}, err
	}
	u, err := parseStat(string(stat))
	u.Files = len(files)
	return u, err
}

// parseStat reads /proc/PID/stat (proc_pid_stat(5)).
func parseStat(stat string) (Usage, error) {
	// The second field is the name of the program, in parentheses; it may have any character.
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	number := func(field int) int64 { // fields are counted from 1
		if field-3 >= len(fields) {
			return -1
		}
		n, err := strconv.ParseInt(fields[field-3], 10, 64)
		if err != nil {
			return -1
		}
		return n
	}
	user, system, threads, pages := number(14), number(15), number(20), number(24)
	if min(user, system, threads, pages) < 0 {
		return Usage{}, fmt.Errorf("%q is not of the form of /proc/PID/stat", stat)
	}
	return Usage{
		CPU:     time.Duration(user+system) * tick,
		Memory:  pages * int64(os.Getpagesize()),
		Threads: int(threads),
	}, nil
}
