import type { Comment } from '../../api/types.js';
import { Revealed } from '../../reveal/revealed.js';
import { Moment } from '../../shell/moment.js';

/** What people have said, in their order. */
export function CommentList({ comments }: { readonly comments: readonly Comment[] }) {
  return comments.map(({ comment_id: id, by, note, at }) => (
    <p key={id} className="said">
      <Revealed text={by} /> <span className="muted">wrote at</span> <Moment at={at} />:{' '}
      <Revealed text={note} />
    </p>
  ));
}
