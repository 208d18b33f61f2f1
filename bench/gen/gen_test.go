package gen

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// sample is the Config of testdata/data/bids.jsonl:
// go run ./bench/cmd/gen --bids 2000 --rate 22 --disorder 4s --late 180 --out testdata/data/bids.jsonl
var sample = Config{Rate: 22, Disorder: 4 * time.Second, Late: 180}

// TestFrozen pins the bytes: recorded figures and results depend on them.
func TestFrozen(t *testing.T) {
	sum := sha256.Sum256(New(Config{}).Append(nil, 10_000))
	if got := fmt.Sprintf("%x", sum[:8]); got != "81985ad6e8b22c57" {
		t.Errorf("the first 10,000 bids changed: %s", got)
	}
	file, err := os.ReadFile("../../testdata/data/bids.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if string(New(sample).Append(nil, 2000)) != string(file) {
		t.Error("testdata/data/bids.jsonl is not what the generator makes")
	}
}

func TestSteps(t *testing.T) {
	whole := string(New(Config{Seed: 3}).Append(nil, 1000))
	g := New(Config{Seed: 3})
	var parts []byte
	for _, n := range []int64{1, 99, 400, 500} {
		parts = g.Append(parts, n)
	}
	if string(parts) != whole {
		t.Error("the bids depend on how many are made at a time")
	}
	if string(New(Config{Seed: 4}).Append(nil, 1000)) == whole {
		t.Error("another seed gives the same bids")
	}
}

func TestProportions(t *testing.T) {
	const n = 460_000 // half a million events, 50 s
	g := New(Config{})
	hotAuction, hotBidder, hotChannels := 0, 0, 0
	auctions, bidders, groups := map[int64]int{}, map[int64]int{}, map[string]bool{}
	last, bytes := int64(0), len(New(Config{}).Append(nil, 10_000))
	for k := range n {
		b := g.Next()
		epoch := int64(k / 46)
		if b.Auction == (epoch*3+2)/100*100+1000 {
			hotAuction++
		}
		if b.Bidder == epoch/100*100+1001 {
			hotBidder++
		}
		if !strings.HasPrefix(b.Channel, "channel-") {
			hotChannels++
		}
		auctions[b.Auction]++
		bidders[b.Bidder]++
		groups[fmt.Sprint(b.Time/10_000, b.Channel)] = true
		if b.Time < last {
			t.Fatal("out of order")
		}
		last = b.Time
	}
	for _, c := range []struct {
		what      string
		got       float64
		low, high float64
	}{
		{"share of the hot auction", float64(hotAuction) / n, 0.49, 0.52},
		{"share of the hot bidder", float64(hotBidder) / n, 0.74, 0.77},
		{"share of the hot channels", float64(hotChannels) / n, 0.49, 0.51},
		{"groups per 10 s", float64(len(groups)) / 5, 9850, 9950},
		{"auctions", float64(len(auctions)), 25_000, 31_000},
		{"bytes per bid", float64(bytes) / 10_000, 190, 200},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%s: %g, not within %g and %g", c.what, c.got, c.low, c.high)
		}
	}
}

// TestSample: the quickstart's data is JSON, with bids within the watermark's delay and a handful outside it.
func TestSample(t *testing.T) {
	text := string(New(sample).Append(nil, 2000))
	if len(text) > 400<<10 {
		t.Errorf("%d bytes", len(text))
	}
	highest, disordered, late := time.Time{}, 0, 0
	for line := range strings.Lines(text) {
		var b struct {
			Auction, Bidder, Price        int64
			Channel, URL, Extra, DateTime string
		}
		if err := json.Unmarshal([]byte(line), &b); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		at, err := time.Parse("2006-01-02T15:04:05.000", b.DateTime)
		if err != nil {
			t.Fatal(err)
		}
		switch behind := highest.Sub(at); {
		case behind > 14*time.Second:
			late++
		case behind > 4*time.Second:
			t.Errorf("%s is late by %s, which is neither surely in time nor surely late", b.DateTime, behind)
		case behind > 0:
			disordered++
		}
		if at.After(highest) {
			highest = at
		}
	}
	if late < 5 || late > 10 || disordered < 500 {
		t.Errorf("%d late, %d out of order", late, disordered)
	}
}

func BenchmarkAppend(b *testing.B) {
	g := New(Config{})
	var buf []byte
	for b.Loop() {
		buf = g.Append(buf[:0], 1000)
	}
	b.SetBytes(int64(len(buf)))
}
