import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** Stands for your sign-in: the cookie "user" says who it is. */
export default function SignIn() {
  return (
    <form action={signIn}>
      <h1>Sign in</h1>
      <input name="user" aria-label="User" defaultValue="bob" />
      <button>Sign in</button>
    </form>
  );
}

async function signIn(form: FormData) {
  'use server';
  (await cookies()).set('user', String(form.get('user')));
  redirect('/');
}
