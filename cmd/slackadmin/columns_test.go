package main

import (
	"bytes"
	"testing"
)

func TestColumns(t *testing.T) {
	t.Parallel()
	all := []column{{"USER", 4, 0}, {"TEAM", 4, 3}, {"SESSION", 7, 0}, {"SYSTEM", 10, 1}, {"IP", 5, 2}}
	for width, want := range map[int]string{
		0:  "USER  TEAM  SESSION  SYSTEM      IP\nW1    T1    7        OS X 10.15  192.0.2.1\n",
		38: "USER  TEAM  SESSION  SYSTEM      IP\nW1    T1    7        OS X 10.15  192.…\n",
		36: "USER  SESSION  SYSTEM      IP\nW1    7        OS X 10.15  192.0.2.1\n",
		31: "USER  TEAM  SESSION  SYSTEM\nW1    T1    7        OS X 10.15\n",
		30: "USER  SESSION  SYSTEM\nW1    7        OS X 10.15\n",
		24: "USER  SESSION  IP\nW1    7        192.0.2.1\n",
		5:  "USER…\nW1  …\n",
	} {
		table := fitting(all, width)
		var out bytes.Buffer
		if err := table.write(&out, [][]string{{"W1", "T1", "7", "OS X 10.15", "192.0.2.1"}}); err != nil || out.String() != want {
			t.Errorf("%d: got\n%swant\n%s", width, &out, want)
		}
	}
}
