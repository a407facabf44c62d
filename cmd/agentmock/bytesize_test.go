package main

import "testing"

func TestByteSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"65536":               "64KiB",
		"4MiB":                "4MiB",
		"4 MiB":               "4MiB",
		"1000":                "1000",
		"1kB":                 "1000",
		"1GB":                 "1000000000",
		"2GiB":                "2GiB",
		"7B":                  "7",
		"":                    "",
		"0":                   "",
		"-1":                  "",
		"MiB":                 "",
		"4XB":                 "",
		"1.5MiB":              "",
		"9999999999999999GiB": "",
	} {
		var b byteSize
		err := b.Set(text)
		if got := b.String(); err == nil && got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
		if (err != nil) != (want == "") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
