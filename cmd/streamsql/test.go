package main

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/internal/golden"
)

func newTest(s *session.Session) *cobra.Command {
	o := golden.Options{Seed: 1}
	filter := ""
	cmd := &cobra.Command{
		Use:   "test [FILE.stest | DIR | DIR/...]…",
		Short: "Run golden tests, plain and through restarts, crashes, lanes, partitions and other epochs",
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := testFiles(s, args, filter)
			if err != nil {
				return err
			}
			return runTests(cmd.Context(), s, files, o)
		},
	}
	cmd.Flags().BoolVar(&o.Update, "update", false, "rewrite the expected parts in place")
	cmd.Flags().StringVar(&filter, "filter", "", "only files whose path contains this")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the random combinations")
	cmd.Flags().BoolVar(&o.Quick, "quick", false, "the plain run only")
	return cmd
}

func runTests(ctx context.Context, s *session.Session, files []string, o golden.Options) error {
	if ctx == nil {
		ctx = context.Background()
	}
	out := s.Out()
	passed, failed, runs := 0, 0, 0
	for _, f := range files {
		r := golden.Run(ctx, f, o)
		runs += r.Runs
		if len(r.Failures) == 0 {
			passed++
			continue
		}
		failed++
		for _, text := range r.Failures {
			if _, err := fmt.Fprintln(out, text); err != nil {
				return err
			}
		}
	}
	if _, err := fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed); err != nil {
		return err
	}
	s.Say("%s, %s", diag.Plural(len(files), "file"), diag.Plural(runs, "run"))
	if failed > 0 {
		return report.Exit{Code: diag.ExitTest}
	}
	return nil
}

// testFiles finds the files that the arguments mean; none is an error, so that a mistyped path does not look green.
func testFiles(s *session.Session, args []string, filter string) ([]string, error) {
	if len(args) == 0 {
		args = []string{"./..."}
	}
	var out []string
	for _, a := range args {
		root := strings.TrimSuffix(a, "...")
		if root == "" {
			root = "."
		}
		err := filepath.WalkDir(s.Path(filepath.Clean(root)), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && (filepath.Ext(path) == ".stest" || path == s.Path(a)) && strings.Contains(path, filter) {
				out = append(out, path)
			}
			return nil
		})
		if err != nil {
			return nil, diag.New(diag.QueryFile, "cannot look for tests in %s", a).WithCause(err)
		}
	}
	if len(out) == 0 {
		return nil, diag.New(diag.Usage, "no .stest file matches").WithHint("give files, folders, or DIR/...")
	}
	return out, nil
}
