package speccheck

import (
	"maps"
	"slices"
	"strings"
)

const (
	errorsName = "x-slack-errors"
	codesName  = "x-slack-error-codes"
)

// errorCodes are the meanings of error codes.
type codes struct {
	Common  map[string]string `json:"common"`
	Special map[string]string `json:"special"`
}

// methodErrors sets the error codes of o. The extension is a list of codes, or a map from
// codes, common ones too, to the method's own meanings.
func (c *checker) methodErrors(at place, o *Operation) {
	if list, ok := as[[]string](o.Extensions[errorsName]); ok {
		o.Errors = list
		return
	}
	o.ErrorMeanings = map[string]string{}
	all, _ := as[map[string]*string](o.Extensions[errorsName])
	for _, code := range slices.Sorted(maps.Keys(all)) {
		o.Errors = append(o.Errors, code)
		if all[code] == nil {
			continue
		}
		meaning := strings.TrimSpace(*all[code])
		o.ErrorMeanings[code] = *all[code]
		if meaning == "" || strings.Contains(meaning, "\n") {
			c.failf(at.child(errorsName), "%s: the meaning of %q must be one line, or null if the method uses the usual meaning", errorsName, code)
		}
	}
}

// errorCodes reads the error codes and checks that each has one meaning and is used.
func (c *checker) errorCodes(doc *Doc) {
	all, ok := as[codes](doc.Extensions[codesName])
	if !ok {
		c.failf(c.root, "%s is missing; it must be %s", codesName, extensions[codesName].want)
		return
	}
	doc.Common, doc.Special = all.Common, all.Special
	used, explained := map[string]bool{}, slices.Sorted(maps.Keys(doc.Special))
	for i := range doc.Operations {
		op := &doc.Operations[i]
		// A common code is listed only for the method's own meaning.
		op.Errors = slices.DeleteFunc(op.Errors, func(code string) bool { return op.ErrorMeanings[code] != "" && doc.Common[code] != "" })
		for i, code := range op.Errors {
			used[code] = true
			if doc.Special[code] == "" {
				near := nearest(code, explained, maxTypos(code))
				c.failf(c.method(op.Path, op.HTTPMethod).child(errorsName, index(i)), "%s has %q, which %s.special does not explain%s", errorsName, code, codesName, didYouMean(code, explained, maxTypos(code)))
				used[near] = true // not reported as unused as well
			}
		}
	}
	for section, meanings := range map[string]map[string]string{"common": doc.Common, "special": doc.Special} {
		for code, meaning := range meanings {
			if strings.TrimSpace(meaning) == "" || strings.Contains(strings.TrimSpace(meaning), "\n") {
				c.failf(c.root.child(codesName, section, code).withName(codesName+"."+section), "the meaning of %q must be one line, because the docs have it on one line", code)
			}
		}
	}
	for _, code := range explained {
		at := c.root.child(codesName, "special", code).withName(codesName + ".special")
		if !used[code] {
			c.failf(at, "no operation lists %q; add it to %s of an operation, or remove it", code, errorsName)
		}
		if doc.Common[code] != "" {
			c.failf(at, "%q is also in common; remove it here", code)
		}
	}
}
