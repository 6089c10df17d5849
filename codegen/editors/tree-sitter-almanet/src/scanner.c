// Block comments nest, which no regular expression can read.
#include "tree_sitter/parser.h"

enum { BLOCK_COMMENT };

void *tree_sitter_almanet_external_scanner_create(void) { return NULL; }
void tree_sitter_almanet_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_almanet_external_scanner_serialize(void *payload, char *buffer) {
    (void)payload, (void)buffer;
    return 0;
}
void tree_sitter_almanet_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    (void)payload, (void)buffer, (void)length;
}

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

bool tree_sitter_almanet_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    (void)payload;
    if (!valid[BLOCK_COMMENT]) return false;
    while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\n' || lexer->lookahead == '\r') {
        lexer->advance(lexer, true);
    }
    if (lexer->lookahead != '/') return false;
    advance(lexer);
    if (lexer->lookahead != '*') return false;
    advance(lexer);
    unsigned depth = 1;
    while (depth > 0) {
        if (lexer->eof(lexer)) return false;
        int32_t character = lexer->lookahead;
        advance(lexer);
        if (character == '/' && lexer->lookahead == '*') {
            advance(lexer);
            depth += 1;
        } else if (character == '*' && lexer->lookahead == '/') {
            advance(lexer);
            depth -= 1;
        }
    }
    lexer->result_symbol = BLOCK_COMMENT;
    return true;
}
