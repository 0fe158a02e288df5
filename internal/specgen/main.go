// Command specgen checks the OpenAPI document and writes what oapi-codegen has
// no template for: the error codes and the reference page or, with the models
// that oapi-codegen made, what package api has to know of each method.
//
//	go run ./internal/specgen spec/slack.yaml spec/generated.config.yaml
//	go run ./internal/specgen spec/slack.yaml spec/generated.config.yaml generated/client.gen.go
package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"os"
	"text/template"

	"github.com/seed-38c23bad/slackadmin/internal/goname"
	"github.com/seed-38c23bad/slackadmin/internal/speccheck"
)

func main() {
	if len(os.Args) != 3 && len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: specgen SPEC CONFIG [MODELS]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(specPath, configPath string, modelsPath []string) error {
	data, err := os.ReadFile(specPath)
	if err != nil {
		return err
	}
	doc, err := speccheck.Load(data)
	if err != nil {
		return speccheck.In(specPath, err)
	}
	if err := goname.Adopt(configPath); err != nil {
		return fmt.Errorf("%s: %w", configPath, err)
	}
	if err := goname.Check(doc); err != nil {
		return speccheck.In(specPath, err)
	}
	if len(modelsPath) == 0 {
		return writePages(doc)
	}
	return writeOperations(doc, modelsPath[0])
}

// writePages writes the error codes and the reference page.
func writePages(doc *speccheck.Doc) error {
	reference, err := render("reference.tmpl", doc)
	if err != nil {
		return err
	}
	if err := writeGo("api/codes.gen.go", "codes.tmpl", doc); err != nil {
		return err
	}
	return os.WriteFile("generated/REFERENCE.md", reference, 0o644)
}

// writeOperations writes the operations of package api.
func writeOperations(doc *speccheck.Doc, modelsPath string) error {
	all, err := parseModels(modelsPath)
	if err != nil {
		return err
	}
	ops, err := operations(doc, all)
	if err != nil {
		return err
	}
	return writeGo("api/operations.gen.go", "operations.tmpl", ops)
}

func writeGo(path, name string, data any) error {
	source, err := render(name, data)
	if err != nil {
		return err
	}
	if source, err = format.Source(source); err != nil {
		return err
	}
	return os.WriteFile(path, source, 0o644)
}

//go:embed *.tmpl
var files embed.FS

var templates = template.Must(template.New("").Funcs(functions).ParseFS(files, "*.tmpl"))

func render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, name, data)
	return out.Bytes(), err
}
