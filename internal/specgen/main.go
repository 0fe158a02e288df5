// Command specgen checks the OpenAPI document and writes what oapi-codegen has
// no template for: the error codes and the reference page.
//
//	go run ./internal/specgen spec/slack.yaml spec/models.config.yaml
package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"os"
	"text/template"

	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: specgen SPEC CONFIG")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(specPath, configPath string) error {
	data, err := os.ReadFile(specPath)
	if err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return fmt.Errorf("%s:\n%w", specPath, err)
	}
	if err := adoptNames(configPath); err != nil {
		return fmt.Errorf("%s: %w", configPath, err)
	}

	codes, err := render("codes.tmpl", doc)
	if err != nil {
		return err
	}
	if codes, err = format.Source(codes); err != nil {
		return err
	}
	reference, err := render("reference.tmpl", doc)
	if err != nil {
		return err
	}
	if err := os.WriteFile("api/codes.gen.go", codes, 0o644); err != nil {
		return err
	}
	return os.WriteFile("generated/REFERENCE.md", reference, 0o644)
}

//go:embed *.tmpl
var files embed.FS

var templates = template.Must(template.New("").Funcs(functions).ParseFS(files, "*.tmpl"))

func render(name string, doc *speccheck.Doc) ([]byte, error) {
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, name, doc)
	return out.Bytes(), err
}
