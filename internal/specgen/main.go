// Command specgen checks the OpenAPI document and writes what oapi-codegen has
// no template for: the error codes.
//
//	go run ./internal/specgen spec/slack.yaml
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"maps"
	"os"
	"slices"
	"text/template"

	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: specgen SPEC")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return fmt.Errorf("%s:\n%w", path, err)
	}
	return writeCodes("api/codes.gen.go", doc)
}

//go:embed codes.tmpl
var codesText string

var codesTemplate = template.Must(template.New("codes").
	Funcs(template.FuncMap{"camelCase": codegen.ToCamelCase}).
	Parse(codesText))

func writeCodes(path string, doc *speccheck.Doc) error {
	codes := maps.Clone(doc.Common)
	maps.Copy(codes, doc.Special)

	var source bytes.Buffer
	if err := codesTemplate.Execute(&source, struct {
		Names    []string
		Meanings map[string]string
	}{slices.Sorted(maps.Keys(codes)), codes}); err != nil {
		return err
	}
	formatted, err := format.Source(source.Bytes())
	if err != nil {
		return err
	}
	return os.WriteFile(path, formatted, 0o644)
}
