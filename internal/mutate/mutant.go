//go:build linux || darwin

package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A mutant is a file with one piece of it replaced.
type mutant struct {
	file       string
	line       int
	start, end int // offsets of the piece
	was, now   string
}

func (m mutant) String() string {
	was, now := strings.Join(strings.Fields(m.was), " "), strings.Join(strings.Fields(m.now), " ")
	if now == "" {
		now = "nothing"
	}
	return fmt.Sprintf("%s:%d: %s → %s", m.file, m.line, was, now)
}

// apply returns src, the file's text, with the piece replaced.
func (m mutant) apply(src []byte) []byte {
	return slices.Concat(src[:m.start], []byte(m.now), src[m.end:])
}

// mutantsOf returns the mutants of the package in dir, but for its tests, what is
// generated, and what is for other systems.
func mutantsOf(dir string) (all []mutant, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".gen.go") {
			continue
		}
		here, err := build.Default.MatchFile(dir, filepath.Base(file))
		if err != nil {
			return nil, err
		}
		if !here {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		mutants, err := mutate(file, src)
		if err != nil {
			return nil, err
		}
		all = append(all, mutants...)
	}
	return all, nil
}

// opposites are what an operator is replaced by.
var opposites = map[token.Token]token.Token{
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.ADD: token.SUB, token.SUB: token.ADD,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
}

// newError matches what makes an error.
var newError = regexp.MustCompile(`^(\w*[eE]rr|fmt\.Errorf\(.*|errors\.New\(.*)$`)

// mutate returns the mutants of one file.
func mutate(file string, src []byte) (mutants []mutant, err error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	at := func(pos token.Pos) int { return files.Position(pos).Offset }
	replace := func(from, to token.Pos, now string) {
		m := mutant{file, files.Position(from).Line, at(from), at(to), string(src[at(from):at(to)]), now}
		if !slices.Contains(mutants, m) { // a call that is all of a case's body
			mutants = append(mutants, m)
		}
	}
	operator := func(pos token.Pos, op token.Token) {
		if opposite, ok := opposites[op]; ok {
			replace(pos, pos+token.Pos(len(op.String())), opposite.String())
		}
	}
	text := func(node ast.Node) string { return string(src[at(node.Pos()):at(node.End())]) }
	negate := func(condition ast.Expr) {
		if binary, ok := condition.(*ast.BinaryExpr); ok && (binary.Op == token.EQL || binary.Op == token.NEQ) {
			return // its operator is replaced
		}
		replace(condition.Pos(), condition.End(), "!("+text(condition)+")")
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.IfStmt:
			negate(node.Cond)
		case *ast.SwitchStmt:
			if node.Tag != nil {
				break
			}
			for _, clause := range node.Body.List {
				for _, condition := range clause.(*ast.CaseClause).List {
					negate(condition)
				}
			}
		case *ast.CaseClause:
			if len(node.Body) > 0 {
				replace(node.Body[0].Pos(), node.End(), "")
			}
		case *ast.BinaryExpr:
			operator(node.OpPos, node.Op)
		case *ast.IncDecStmt:
			operator(node.TokPos, node.Tok)
		case *ast.AssignStmt:
			operator(node.TokPos, node.Tok)
			if _, ok := node.Lhs[0].(*ast.SelectorExpr); ok {
				replace(node.Pos(), node.End(), "")
			}
		case *ast.ExprStmt:
			if _, ok := node.X.(*ast.CallExpr); ok {
				replace(node.Pos(), node.End(), "")
			}
		case *ast.ReturnStmt:
			if n := len(node.Results); n > 0 && newError.MatchString(text(node.Results[n-1])) {
				replace(node.Results[n-1].Pos(), node.End(), "nil")
			}
		case *ast.BasicLit:
			if n, err := strconv.ParseInt(node.Value, 0, 64); err == nil && node.Kind == token.INT {
				replace(node.Pos(), node.End(), strconv.FormatInt(n+1, 10))
				replace(node.Pos(), node.End(), fmt.Sprintf("(%d)", n-1))
			}
		case *ast.Ident:
			switch node.Name {
			case "true":
				replace(node.Pos(), node.End(), "false")
			case "false":
				replace(node.Pos(), node.End(), "true")
			}
		}
		return true
	})
	return mutants, nil
}
