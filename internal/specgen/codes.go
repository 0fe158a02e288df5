package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

// allCodes returns the meanings of all error codes.
func allCodes(doc *speccheck.Doc) map[string]string {
	codes := maps.Clone(doc.Common)
	maps.Copy(codes, doc.Special)
	return codes
}

// ownCodes returns op's special codes and the common codes to which it gives its own
// meaning.
func ownCodes(op *speccheck.Operation) []string {
	codes := slices.Concat(op.Errors, slices.Collect(maps.Keys(op.ErrorMeanings)))
	slices.Sort(codes)
	return slices.Compact(codes)
}

// codeMeaning returns the meaning of a code of op.
func codeMeaning(doc *speccheck.Doc, op *speccheck.Operation, code string) string {
	return describe(cmp.Or(op.ErrorMeanings[code], doc.Special[code], doc.Common[code]))
}

// codeComment returns the comment on the constant of a code.
func codeComment(doc *speccheck.Doc, name, code, meaning string) string {
	text := name + " is Slack's code " + code + "."
	if meaning = describe(meaning); meaning != "" {
		text = name + ": " + meaning
	}
	var own []string
	for i := range doc.Operations {
		if op := &doc.Operations[i]; op.ErrorMeanings[code] != "" {
			own = append(own, "  - "+op.OperationID+": "+op.ErrorMeanings[code])
		}
	}
	if len(own) > 0 {
		text += "\n\n" + strings.Join(own, "\n")
	}
	return "// " + strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\n\t// "), "// \n", "//\n")
}

// describe returns a description, or "" if it is [speccheck.Undescribed].
func describe(description string) string {
	if strings.TrimSpace(description) == speccheck.Undescribed {
		return ""
	}
	return description
}
