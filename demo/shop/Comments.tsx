import { useState } from 'react';
import { MaintenanceGate } from 'react-maintenance-mode';

import { people, type PersonKey } from '../people.js';
import { firstComments } from './firstComments.js';
import type { Piece } from './pieces.js';

interface CommentsProps {
  readonly person: PersonKey;
  readonly piece: Piece;
}

/** Comments on a piece. Reading and writing have a gate each, because reading needs less of the feature. */
export function Comments({ person, piece }: CommentsProps) {
  const [comments, setComments] = useState(firstComments);
  const [draft, setDraft] = useState('');
  const own = comments.filter((comment) => comment.piece === piece.id);

  return (
    <div className="comments" id="comments">
      <h3>What people say</h3>
      <MaintenanceGate feature="comments" headingLevel={4} className="comments-gate">
        {own.length ? (
          <ol>
            {own.map(({ id, author, text }) => (
              <li key={id}>
                <p>{text}</p>
                <p className="author">{author}</p>
              </li>
            ))}
          </ol>
        ) : (
          <p className="author">Nobody has said anything yet.</p>
        )}
        <MaintenanceGate
          feature="comments"
          requires="write"
          whenClosed="read-only"
          headingLevel={4}
          className="comment-form-gate"
        >
          <form
            className="comment-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (!draft.trim()) return;
              setComments([
                ...comments,
                {
                  id: `own-${comments.length}`,
                  piece: piece.id,
                  author: people[person].name,
                  text: draft.trim(),
                },
              ]);
              setDraft('');
            }}
          >
            <label htmlFor="comment">Your comment on the {piece.name.toLowerCase()}</label>
            <textarea
              id="comment"
              rows={3}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
            />
            <button type="submit">Post comment</button>
          </form>
        </MaintenanceGate>
      </MaintenanceGate>
    </div>
  );
}
