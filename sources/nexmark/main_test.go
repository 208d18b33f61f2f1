package nexmark

import (
	"testing"

	"streamsql/internal/testmain"
)

func TestMain(m *testing.M) { testmain.Run(m) }
