package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// picturesVariable names the folder into which the tests of the inspector draw it, if it is set.
const picturesVariable = "AGENTMOCK_PICTURES"

// TestBrowserInspectorPicture draws screenshot.png, which README.md shows.
func TestBrowserInspectorPicture(t *testing.T) {
	dir := os.Getenv(picturesVariable)
	if dir == "" {
		t.Skipf("SKIPPED: nobody has asked for pictures by %s", picturesVariable)
	}
	p := startInspector(t)
	id, _ := firstAgent(t, p.mock.url)
	agent := "/v1/api/agents/" + id
	p.send("GET", agent, "")
	p.send("PUT", agent, `{"llmModel": "gpt-5", "name": "Renewals"}`)
	p.send("GET", "/v1/api/agents?limit=20", "")
	p.send("POST", "/v1/api/agents", `{"name": "Order status", "llmModel": "gpt-5", "ttsModel": {"provider": "rime"}}`)
	p.send("POST", "/__mock/faults", `{"operation": "getAgent", "status": 503, "times": 2}`)
	p.send("GET", agent, "")
	p.send("GET", agent, "")
	p.send("GET", agent, "")
	p.send("PUT", agent, `{"name": "Renewals", "llmModel": "gpt-4o-mimi", "maxAttemptsForSmartCallback": "3"}`)
	p.send("GET", "/v1/api/agent", "")
	p.send("PUT", agent, `{"name": "Renewals", "llmModel": "gpt-4o-mini", "maxAttemptsForSmartCallback": 3}`)
	p.send("GET", "/v1/api/agents", "")
	p.resize(1180, 760, "light")
	p.until(`document.querySelectorAll("#request-rows .row").length === 12`)
	p.click("#request-rows .row.refused:not(li:nth-child(3) .row)")
	p.until(`document.querySelector("#request-detail .line.at")`)
	p.settled()
	file := filepath.Join(dir, "screenshot.png")
	p.picture(file)
	if err := compress(file); err != nil {
		t.Error(err)
	}
}

// compress gives a picture the 256 colours that it has most of, with which a page looks the same.
func compress(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	full, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return err
	}
	seen := map[color.RGBA]int{}
	area := full.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			seen[c]++
		}
	}
	order := slices.SortedFunc(maps.Keys(seen), func(a, b color.RGBA) int {
		return cmp.Or(seen[b]-seen[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	var palette color.Palette
	for _, c := range order[:min(len(order), 256)] {
		palette = append(palette, c)
	}
	few := image.NewPaletted(area, palette)
	draw.Draw(few, area, full, area.Min, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, few); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o644)
}
