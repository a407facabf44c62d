package sample

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
)

// File returns a small valid file of a media type: a picture of one pixel, silence, an empty page, an
// archive of one file. Of types of sounds, films and applications that it does not know it returns a
// few bytes; of others nil.
func File(mediaType string) []byte {
	name := essence(mediaType)
	if make := files[name]; make != nil {
		return make()
	}
	kind, subtype, _ := strings.Cut(name, "/")
	switch {
	case kind == "image":
		return files["image/png"]()
	case strings.HasSuffix(subtype, "zip") || strings.HasPrefix(subtype, "vnd.openxmlformats-"):
		return zipFile()
	case kind == "audio" && (strings.Contains(subtype, "wav") || subtype == "*"):
		return silence()
	case slices.Contains([]string{"audio", "video", "font", "application", "model"}, kind):
		return make([]byte, 160)
	}
	return nil
}

// essence returns a media type without parameters, in lower case.
func essence(mediaType string) string {
	name, _, _ := strings.Cut(strings.ToLower(mediaType), ";")
	return strings.TrimSpace(name)
}

var files = byName(map[string]func() []byte{
	"image/png":            picture(func(w io.Writer) error { return png.Encode(w, pixel) }),
	"image/gif":            picture(func(w io.Writer) error { return gif.Encode(w, pixel, nil) }),
	"image/jpeg image/jpg": picture(func(w io.Writer) error { return jpeg.Encode(w, pixel, nil) }),
	"image/svg+xml":        constant(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>` + "\n"),
	"audio/mpeg audio/mp3": mpeg,
	"application/pdf":      pdf,
	"application/x-tar":    func() []byte { return written(tarFile) },
	"application/gzip application/x-gzip": func() []byte {
		return written(gzipFile)
	},
	"text/html application/xhtml+xml":        constant(page),
	"text/calendar":                          constant(calendar),
	"text/vtt":                               constant("WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"),
	"text/css":                               constant("body {}\n"),
	"text/javascript application/javascript": constant("export {};\n"),
	"application/octet-stream":               constant("agentmock\n"),
})

func constant(text string) func() []byte { return func() []byte { return []byte(text) } }

const (
	page = "<!DOCTYPE html>\n" + `<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>agentmock</title>` +
		"</head><body><p>An example.</p></body></html>\n"
	calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//agentmock//EN\r\nEND:VCALENDAR\r\n"
)

// written returns what a function writes. A buffer refuses nothing, so there is no error.
func written(write func(io.Writer) error) []byte {
	var b bytes.Buffer
	_ = write(&b)
	return b.Bytes()
}

var pixel = image.NewGray(image.Rect(0, 0, 1, 1))

func picture(encode func(io.Writer) error) func() []byte {
	return func() []byte { return written(encode) }
}

// silence returns a tenth of a second of it as WAVE: 8000 samples of 16 bits a second, one channel.
func silence() []byte {
	const rate, size, samples = 8000, 2, 800
	return written(func(w io.Writer) error {
		return binary.Write(w, binary.LittleEndian, struct {
			RIFF                         [4]byte
			Length                       uint32
			Wave, Format                 [4]byte
			FormatLength                 uint32
			PCM, Channels                uint16
			Rate, BytesPerSecond         uint32
			BytesPerSample, BitsInSample uint16
			Data                         [4]byte
			DataLength                   uint32
			Samples                      [samples]int16
		}{[4]byte([]byte("RIFF")), 36 + samples*size, [4]byte([]byte("WAVE")), [4]byte([]byte("fmt ")), 16, 1, 1, rate,
			rate * size, size, 8 * size, [4]byte([]byte("data")), samples * size, [samples]int16{}})
	})
}

// mpeg returns two silent frames of MPEG-1 layer III: 128 kbit/s, 44,100 samples a second.
func mpeg() []byte {
	const length = 144 * 128_000 / 44_100
	frame := make([]byte, length)
	copy(frame, []byte{0xff, 0xfb, 0x90, 0xc4})
	return append(frame, frame...)
}

// pdf returns a document of one empty page.
func pdf() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var starts []int
	for i, object := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>"} {
		starts = append(starts, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(starts)+1)
	for _, start := range starts {
		fmt.Fprintf(&b, "%010d 00000 n \n", start)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(starts)+1, table)
	return b.Bytes()
}

const fileName, fileText = "example.txt", "An example.\n"

func zipFile() []byte {
	return written(func(w io.Writer) error {
		archive := zip.NewWriter(w)
		file, err := archive.Create(fileName)
		if err == nil {
			_, err = io.WriteString(file, fileText)
		}
		if err != nil {
			return err
		}
		return archive.Close()
	})
}

func gzipFile(w io.Writer) error {
	archive := gzip.NewWriter(w)
	if _, err := io.WriteString(archive, fileText); err != nil {
		return err
	}
	return archive.Close()
}

func tarFile(w io.Writer) error {
	archive := tar.NewWriter(w)
	if err := archive.WriteHeader(&tar.Header{Name: fileName, Mode: 0o644, Size: int64(len(fileText))}); err != nil {
		return err
	}
	if _, err := io.WriteString(archive, fileText); err != nil {
		return err
	}
	return archive.Close()
}
