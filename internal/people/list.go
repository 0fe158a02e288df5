package people

import (
	"fmt"
	"strings"
)

func readList(t table) (*Input, error) {
	in := &Input{}
	for ; t.at < len(t.text); t.line++ {
		line, _, ended := strings.Cut(t.text[t.at:], "\n")
		if t.at += len(line); ended {
			t.at++
		}
		if err := in.full(); err != nil {
			return nil, err
		}
		bare := trim(line)
		switch {
		case isBlank(line):
			in.Blank = append(in.Blank, t.line)
		case bare[0] != '#':
			in.Entries = append(in.Entries, listEntry(t.line, bare))
		}
	}
	return in, nil
}

// listEntry returns the entry of a line of a list. The line may end with a comment.
func listEntry(line int, text string) Entry {
	e := Entry{Line: line}
	who, _, _ := strings.Cut(text, "#")
	who = trim(who)
	if len(who) > 1 && who[0] == '"' && who[len(who)-1] == '"' {
		who = trim(who[1 : len(who)-1])
	}
	switch {
	case parseUserID(who) != "":
		e.UserID = parseUserID(who)
	case isAddress(who):
		e.Email = who
	case isAddress(text): // an address may contain #
		e.Email = text
	default:
		e.InvalidReason = notUser(who)
		if n := strings.Count(who, ",") + strings.Count(who, ";") + strings.Count(who, "\t"); n > 0 && len(who) > 1 {
			e.InvalidReason = fmt.Sprintf("%s has %d columns, and the file has no header; want one ID or address a line, or a first line such as user_id,name", quote(who), n+1)
		}
	}
	return e
}
