//! Tokens to a syntax tree: recursive descent, one function per level of Python's precedence.

mod expression;
mod statement;

use super::ast::{Function, Name};
use super::lexer::Token;
use super::{Halt, unsupported};

type Parsed<T> = Result<T, Halt>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

/// Reads `def name(param: type, …) -> type:` and its block; nothing may follow.
pub(super) fn function(tokens: Vec<Token>) -> Parsed<Function> {
    let mut parser = Parser { tokens, at: 0 };
    parser.word("def")?;
    parser.name()?;
    parser.sign("(")?;
    let mut params = Vec::new();
    while !parser.takes(")") {
        params.push(parser.name()?);
        if parser.takes(":") {
            parser.annotation()?;
        }
        parser.takes(",");
    }
    if parser.takes("->") {
        parser.annotation()?;
    }
    let body = parser.block()?;
    if parser.peek() == &Token::End {
        Ok(Function { params, body })
    } else {
        unsupported(format!("{:?} after the function", parser.peek()))
    }
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last token is `End`, and no rule consumes it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(s) if *s == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(w) if w == word)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn takes_token(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> Parsed<()> {
        if self.takes(sign) {
            Ok(())
        } else {
            unsupported(format!("{:?} where `{sign}` was due", self.peek()))
        }
    }

    fn word(&mut self, word: &str) -> Parsed<()> {
        if self.takes_word(word) {
            Ok(())
        } else {
            unsupported(format!("{:?} where `{word}` was due", self.peek()))
        }
    }

    fn name(&mut self) -> Parsed<Name> {
        const KEYWORDS: [&str; 20] = [
            "and", "break", "class", "continue", "def", "elif", "else", "for", "if", "import",
            "in", "is", "lambda", "not", "or", "pass", "return", "try", "while", "with",
        ];
        match self.peek() {
            Token::Word(word) if !KEYWORDS.contains(&word.as_str()) => {
                let name = Name::from(word.as_str());
                self.at += 1;
                Ok(name)
            }
            other => unsupported(format!("{other:?} where a name was due")),
        }
    }

    /// A type such as `dict[str, int]`, read and forgotten.
    fn annotation(&mut self) -> Parsed<()> {
        self.name()?;
        if self.takes("[") {
            self.annotation()?;
            while self.takes(",") {
                self.annotation()?;
            }
            self.sign("]")?;
        }
        Ok(())
    }
}
